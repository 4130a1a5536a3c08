import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where Vite has put the page, from `src` as from `dist`. */
const built = fileURLToPath(new URL('../../dist/page/', import.meta.url))

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** Nothing comes from elsewhere, and nothing is run or styled that is not a file of the page's. */
const POLICY = [
  "default-src 'none'",
  ...['script', 'style', 'connect', 'img'].map((what) => `${what}-src 'self'`),
  ...['base-uri', 'form-action', 'frame-ancestors'].map((what) => `${what} 'none'`),
  "require-trusted-types-for 'script'",
].join('; ')

interface PageFile {
  readonly bytes: Buffer
  readonly headers: Readonly<Record<string, string>>
}

/** The files of the page, by path. They are read once. @throws Error where the page is not built */
export function readPageFiles(): ReadonlyMap<string, PageFile> {
  if (!existsSync(`${built}index.html`)) {
    throw new Error('The page is not built: npm run build')
  }
  const names = readdirSync(built, { recursive: true, encoding: 'utf8' })
  return new Map(
    names
      .filter((name) => extname(name) !== '')
      .map((name) => `/${name.replaceAll('\\', '/')}`)
      .map((path) => [path === '/index.html' ? '/' : path, pageFile(path)]),
  )
}

function pageFile(path: string): PageFile {
  const bytes = readFileSync(built + path.slice(1))
  return {
    bytes,
    headers: {
      'content-type': types[extname(path)] ?? 'application/octet-stream',
      // The names of assets change with what is in them.
      'cache-control': path.startsWith('/assets/') ? 'public, max-age=31536000, immutable' : 'no-cache',
      etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`,
      'content-security-policy': POLICY,
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    },
  }
}

/** Answers with a file, or, to one who has it already, that it is the same. */
export function sendPageFile(
  { bytes, headers }: PageFile,
  request: IncomingMessage,
  response: ServerResponse,
): void {
  if (request.headers['if-none-match'] === headers['etag']) response.writeHead(304, headers).end()
  else response.writeHead(200, { ...headers, 'content-length': bytes.length }).end(bytes)
}
