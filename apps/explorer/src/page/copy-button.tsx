import { useState } from 'preact/hooks'

/** Copies a text, and says that it has. */
export function CopyButton({ label, text }: { readonly label: string; readonly text: string }) {
  const [said, setSaid] = useState(label)
  const say = (what: string): void => {
    setSaid(what)
    setTimeout(() => setSaid(label), 1500)
  }
  const copy = (): void => {
    navigator.clipboard.writeText(text).then(
      () => say('Copied'),
      () => say('Not allowed'),
    )
  }
  return (
    <button type="button" class="button is-small" onClick={copy}>
      <span aria-live="polite">{said}</span>
    </button>
  )
}
