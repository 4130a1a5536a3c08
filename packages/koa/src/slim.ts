// The functions of the adapter that accept a responder only, made with `createResponder` of @faultline/core/slim. A bundle
// then has neither the table of envelopes nor, unless it is passed, the recognition of errors of libraries.
import type { Responder } from '@faultline/core'
import { requireResponder } from '@faultline/core/slim'
import type { Context } from 'koa'
import { install } from './install.ts'
import type { AnyKoa } from './internals.ts'

/** Like `faultline` of `@faultline/koa`. @throws TypeError if the second argument is not a responder. */
export function faultline<App extends AnyKoa>(app: App, responder: Responder<Context>): App {
  return install(app, responder, requireResponder)
}
