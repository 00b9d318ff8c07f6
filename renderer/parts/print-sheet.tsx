import { Portal } from '@mantine/core'

/** What `window.print` prints instead of the screen (theme/app.css). */
export function PrintSheet({ text }: { text: string }) {
  return (
    <Portal>
      <pre className="hf-print" aria-hidden>
        {text}
      </pre>
    </Portal>
  )
}
