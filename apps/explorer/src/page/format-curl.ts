/** Headers that curl sets itself. */
const CURL_HEADERS = /^(?:host|content-length|connection):/i

/** Formats a request as a curl command for a POSIX shell. */
export function formatCurl({ url, head, body }: { url: string; head: string; body: string }): string {
  const [line = '', ...headers] = head.trimEnd().split('\r\n')
  const [method] = line.split(' ')
  const isPost = method === 'POST'
  return [
    `curl -iN ${method === 'GET' || isPost ? '' : `-X ${method} `}${quote(url)}`,
    ...headers.filter((header) => !CURL_HEADERS.test(header)).map((header) => `-H ${quote(header)}`),
    ...(isPost ? [`-d ${quote(body)}`] : []),
  ].join(' \\\n  ')
}

function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}
