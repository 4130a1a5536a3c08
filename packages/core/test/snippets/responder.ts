import { createResponder, getHeader, NotFound, readProperty, type ApiRequest } from '@faultline/core'

const responder = createResponder<Request>({
  envelope: 'ai-api',
  recognizers: [
    // Errors of Prisma: P2025 is a missing record.
    (thrown) => (readProperty(thrown, 'code') === 'P2025' ? new NotFound({ cause: thrown }) : undefined),
  ],
})

export function toResponse(thrown: unknown, request: Request): Response {
  const apiRequest: ApiRequest<Request> = {
    method: request.method,
    url: request.url,
    header: (name) => getHeader(request.headers, name),
    raw: request,
  }
  const { status, headers, body } = responder.respond(thrown, apiRequest)
  return new Response(body, { status, headers })
}
