import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The output folder of Vite. The path is valid from `src` and from `dist`. */
const pageFolder = fileURLToPath(new URL('../../dist/page/', import.meta.url))

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** Content security policy: only files of this server, and no inline scripts or styles. */
const POLICY = [
  "default-src 'none'",
  ...['script', 'style', 'connect', 'img'].map((name) => `${name}-src 'self'`),
  ...['base-uri', 'form-action', 'frame-ancestors'].map((name) => `${name} 'none'`),
  "require-trusted-types-for 'script'",
].join('; ')

interface PageFile {
  readonly bytes: Buffer
  readonly headers: Readonly<Record<string, string>>
}

/** Reads the files of the page, by path. @throws Error if the page is not built */
export function readPageFiles(): ReadonlyMap<string, PageFile> {
  if (!existsSync(`${pageFolder}index.html`)) {
    throw new Error('The page is not built; run `npm run build`')
  }
  const names = readdirSync(pageFolder, { recursive: true, encoding: 'utf8' })
  return new Map(
    names
      .filter((name) => extname(name) !== '')
      .map((name) => `/${name.replaceAll('\\', '/')}`)
      .map((path) => [path === '/index.html' ? '/' : path, readPageFile(path)]),
  )
}

function readPageFile(path: string): PageFile {
  const bytes = readFileSync(pageFolder + path.slice(1))
  return {
    bytes,
    headers: {
      'content-type': types[extname(path)] ?? 'application/octet-stream',
      // The names of assets contain a hash of their content.
      'cache-control': path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
      etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`,
      'content-security-policy': POLICY,
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    },
  }
}

/** Sends a file, or status 304 if the client has the same version. */
export function sendPageFile(
  { bytes, headers }: PageFile,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  if (request.headers['if-none-match'] === headers['etag']) response.writeHead(304, headers).end()
  else response.writeHead(200, { ...headers, 'content-length': bytes.length }).end(bytes)
}
