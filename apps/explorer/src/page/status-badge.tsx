/** A status, colored by its class. */
export function StatusBadge({ status }: { readonly status: number }) {
  return <span class={`status is-${Math.floor(status / 100)}xx`}>{status}</span>
}
