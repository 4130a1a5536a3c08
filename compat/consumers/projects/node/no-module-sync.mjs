// Resolves as Node.js before 20.19 and 22.10 and most bundlers do: without the condition that lets `require` and `import`
// load the same copy.
import { registerHooks } from 'node:module'

registerHooks({
  resolve(specifier, context, nextResolve) {
    const conditions = context.conditions.filter((condition) => condition !== 'module-sync')
    return nextResolve(specifier, { ...context, conditions })
  },
})
