import { faultline, faultlineOptions, ModelNotFound } from '@faultline/koa'
import { Router } from '@koa/router'
import Koa from 'koa'

const openai = new Router({ prefix: '/openai/v1' }).use(faultlineOptions({ envelope: 'openai' }))
openai.get('/models/:model', ({ params }) => {
  throw new ModelNotFound({ model: String(params['model']) })
})

export const app = faultline(new Koa(), { envelope: 'ai-api' }).use(openai.routes())
