import { envelopes } from '@faultline/core'
import { checkServer } from '@faultline/testing/check'

export async function findProblems(url: string): Promise<string[]> {
  const { results } = await checkServer({
    url,
    envelope: envelopes['ai-api'],
    headers: { authorization: 'Bearer my-key' },
    plan: { get: '/items', raise: '/errors/{code}' },
  })
  return results.flatMap(({ topic, name, findings }) =>
    findings.map(({ rule, message }) => `${topic}/${name}: ${rule}: ${message}`),
  )
}
