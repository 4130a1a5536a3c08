const assert = require('node:assert/strict')
const { test } = require('node:test')

for (const entry of require('../entries.json')) {
  // Vitest itself needs a newer Node.js, and cannot be required.
  if (entry === '@faultline/testing/vitest') continue
  test(`${entry} is one module for require and import`, async () => {
    const required = require(entry)
    const imported = await import(entry)
    assert.notDeepEqual(Object.keys(required), [])
    // Node.js 20.19 wraps a module with a default export, and marks the wrapper with `__esModule`.
    if ('default' in imported) assert.equal(required.default, imported.default)
    else assert.equal(required, imported)
  })
}
