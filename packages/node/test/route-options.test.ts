import { serve } from '@faultline/test-kit'
import { expect, test } from 'vitest'
import { Conflict, createResponder, faultlineOptions, sendError } from '../src/index.ts'

test('a listener of node:http gives a request the options of its path', async () => {
  const responder = createResponder({ envelope: 'ai-api', onError: () => {} })
  const enterV1 = faultlineOptions({ envelope: 'openai' })
  const url = await serve((request, response) => {
    if (request.url?.startsWith('/v1/') === true) enterV1(request)
    sendError(responder, new Conflict(), request, response)
  })
  expect(await (await fetch(`${url}/v1/a`)).json()).toMatchObject({ error: { param: null } })
  expect(await (await fetch(`${url}/v2/a`)).json()).toMatchObject({ success: false })
})
