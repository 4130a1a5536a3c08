import { envelopeOf, errorClasses, type ApiErrorClass, type Envelope } from '@faultline/core'
import { Refusal } from './surroundings.ts'

/** The envelope of an id. @throws Refusal that lists the ids that there are */
export function envelopeNamed(id: string): Envelope {
  try {
    return envelopeOf(id)
  } catch (error) {
    throw new Refusal((error as Error).message)
  }
}

/** The errors of some codes; all of them without any. @throws Refusal naming a code that there is none of */
export function errorsNamed(codes: readonly string[]): ApiErrorClass[] {
  if (codes.length === 0) return Object.values(errorClasses)
  return codes.map((code) => {
    if (!Object.hasOwn(errorClasses, code)) {
      throw new Refusal(`There is no error ${JSON.stringify(code)}; \`faultline list\` names them all`)
    }
    return errorClasses[code as keyof typeof errorClasses]
  })
}
