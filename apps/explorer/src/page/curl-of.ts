/** A request as a command line, to be run in a shell. */
export function curlOf({ url, head, body }: { url: string; head: string; body: string }): string {
  const [line = '', ...headers] = head.trimEnd().split('\r\n')
  // curl knows them better.
  const own = headers.filter((header) => !/^(?:host|content-length|connection):/i.test(header))
  const [method] = line.split(' ')
  const isPost = method === 'POST'
  return [
    `curl -iN ${method === 'GET' || isPost ? '' : `-X ${method} `}${quoted(url)}`,
    ...own.map((header) => `-H ${quoted(header)}`),
    ...(isPost ? [`-d ${quoted(body)}`] : []),
  ].join(' \\\n  ')
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`
}
