const assert = require('node:assert/strict')
const { test } = require('node:test')

for (const entry of require('../entries.json')) {
  // Vitest itself needs a newer Node.js, and cannot be required.
  if (entry === '@faultline/testing/vitest') continue
  test(`${entry} is one module for require and import`, async () => {
    assert.notDeepEqual(Object.keys(require(entry)), [])
    assert.equal(require(entry), await import(entry))
  })
}
