// Prints the files of Faultline that an entry loads, and the built-in modules that these files import, as JSON:
// `node loaded-files.cjs import @faultline/express`.
const { registerHooks } = require('node:module')
const process = require('node:process')

const PACKAGE = '/node_modules/@faultline/'
const files = new Set()
const imported = new Set()
registerHooks({
  resolve(specifier, context, nextResolve) {
    const result = nextResolve(specifier, context)
    if (context.parentURL?.includes(PACKAGE) && context.conditions.includes('import'))
      imported.add(result.url)
    return result
  },
  load(url, context, nextLoad) {
    if (url.includes(PACKAGE)) files.add(url.slice(url.indexOf(PACKAGE) + PACKAGE.length))
    return nextLoad(url, context)
  },
})

async function main([format, entry]) {
  if (format === 'import') await import(entry)
  else require(entry)
  console.log(
    JSON.stringify({ files: [...files], builtIns: [...imported].filter((url) => url.startsWith('node:')) }),
  )
}

void main(process.argv.slice(2))
