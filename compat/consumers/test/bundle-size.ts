import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'

/**
 * Bundles an ES module like an application does, and returns its size in bytes: minified and compressed.
 *
 * @param folder The folder whose packages the module imports.
 * @param external Packages that the bundle imports instead of including them.
 */
export async function measureBundle(
  folder: string,
  module: string,
  external: readonly string[] = [],
): Promise<number> {
  const { outputFiles } = await build({
    stdin: { contents: module, resolveDir: join(folder, 'node') },
    bundle: true,
    minify: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    legalComments: 'none',
    external: [...external],
    write: false,
  })
  return gzipSync(outputFiles[0]?.contents ?? '').length
}
