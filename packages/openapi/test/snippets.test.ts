import { Validator } from '@seriousme/openapi-schema-validator'
import { expect, test } from 'vitest'
import { document } from './snippets/document.ts'

test('the README’s document is valid', async () => {
  const { errors } = await new Validator().validate(structuredClone(document))
  expect(errors).toBeUndefined()
  expect(Object.keys(document.paths['/v1/models/{model}'].get.responses)).toEqual([
    '200',
    '402',
    '404',
    '429',
  ])
})
