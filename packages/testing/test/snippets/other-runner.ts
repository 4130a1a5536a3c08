import { createDefineSuite } from '@faultline/testing'
import { after as afterAll, before as beforeAll, describe, test } from 'node:test'

export const defineConformanceSuite = createDefineSuite({
  describe,
  test: (name, run, skipReason) => test(name, { skip: skipReason ?? false }, run),
  beforeAll,
  afterAll,
})
