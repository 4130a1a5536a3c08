import { Card } from './card.tsx'
import { CopyButton } from './copy-button.tsx'
import { formatCurl } from './format-curl.ts'
import { Lines } from './lines.tsx'
import type { Run } from './run.ts'
import { formatJson } from './tokenize-json.ts'

/** The request that was sent. */
export function RequestCard({ run: { request } }: { readonly run: Run }) {
  if (request === undefined) {
    return (
      <Card title="Request" class="is-waiting">
        <div class="skeleton" />
      </Card>
    )
  }
  const [line = '', ...headers] = request.head.trimEnd().split('\r\n')
  const [method, path] = line.split(' ')
  return (
    <Card title="Request" aside={<CopyButton label="Copy as curl" text={formatCurl(request)} />}>
      <p class="request-line">
        <b>{method}</b> <code>{path}</code>
      </p>
      <details class="more">
        <summary>
          {headers.length} headers{request.body === '' ? '' : ' and a body'}
        </summary>
        <Lines text={headers.join('\n')} isJson={false} />
        {request.body !== '' && <Lines text={formatJson(request.body)} />}
      </details>
    </Card>
  )
}
