import { resolveEnvelope } from '@faultline/core'
import { Ajv2020 } from 'ajv/dist/2020.js'

/** How a failure came out. */
export interface Outcome {
  readonly status: number
  readonly contentType: string
  readonly body: string
  /** The wire code, if the body is the envelope `ai-api`. */
  readonly code: string | undefined
}

const { schema } = resolveEnvelope('ai-api')
const matchesSchema = new Ajv2020({ strict: false, formats: { 'date-time': true } }).compile(schema)

/** Reads a response to its end. */
export async function readOutcome(response: Response): Promise<Outcome> {
  const body = await response.text()
  const contentType = (response.headers.get('content-type') ?? '').split(';', 1)[0] ?? ''
  return { status: response.status, contentType, body, code: readCode(body) }
}

function readCode(body: string): string | undefined {
  try {
    const value = JSON.parse(body) as { error: { code: string } }
    return matchesSchema(value) ? value.error.code : undefined
  } catch {
    return undefined
  }
}

const FORMATS: Readonly<Record<string, string>> = {
  'application/json': 'its own JSON',
  'text/html': 'its own HTML',
  'text/plain': 'its own text',
  '': 'an empty body',
}

/** Describes an outcome in a cell of the table. */
export function formatOutcome({ status, contentType, code }: Outcome): string {
  if (code !== undefined) return `${status} \`${code}\``
  return status < 400 ? String(status) : `${status}, ${FORMATS[contentType] ?? contentType}`
}
