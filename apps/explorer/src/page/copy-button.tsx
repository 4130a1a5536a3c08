import { useState } from 'preact/hooks'

/** Copies a string to the clipboard and shows a short confirmation. */
export function CopyButton({ label, text }: { readonly label: string; readonly text: string }) {
  const [shown, setShown] = useState(label)
  const show = (message: string): void => {
    setShown(message)
    setTimeout(() => setShown(label), 1500)
  }
  const copy = (): void => {
    navigator.clipboard.writeText(text).then(
      () => show('Copied'),
      () => show('Not allowed'),
    )
  }
  return (
    <button type="button" class="button is-small" onClick={copy}>
      <span aria-live="polite">{shown}</span>
    </button>
  )
}
