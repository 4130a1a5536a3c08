import { faultline, stream } from '@faultline/express'
import express from 'express'
import { getStreamOptions, listen, ROUTE, type Framework } from './server.ts'

export const expressFramework: Framework = {
  title: 'Express 5',
  bodies: { stream: '`stream(response, source)`' },
  start({ options, createSource }) {
    const app = faultline(express(), options)
    app.get(ROUTE, ({ params: { dialect, cut } }, response) =>
      stream(response, createSource({ dialect, cut }), getStreamOptions({ dialect, cut })),
    )
    return listen(app.listen(0, '127.0.0.1'))
  },
}
