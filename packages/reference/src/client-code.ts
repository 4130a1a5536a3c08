import { actionFor, type Told } from './action.ts'
import { curlFor, sharedCurl } from './curl.ts'
import type { Making, ReferenceEntry } from './entry.ts'
import type { Identified, Identifier } from './identifier.ts'
import { pythonFor, sharedPython } from './python.ts'
import { sharedTypeScript, typeScriptFor } from './typescript.ts'

/** What a client's author can copy. */
export interface ClientExample {
  readonly curl: string
  /** With `@faultline/client`. */
  readonly typescript: string
  /** With `requests`. */
  readonly python: string
}

/** What the code of a whole reference is made of. */
export interface SharedMaking extends Making {
  readonly identifier: Identifier
  readonly entries: readonly ReferenceEntry[]
}

/** The code that calls the API, and that each entry's own is put into. */
export function sharedCode(making: SharedMaking): ClientExample {
  return {
    curl: sharedCurl(making),
    typescript: sharedTypeScript(making),
    python: sharedPython(making),
  }
}

/** The code for one entry. */
export function codeFor(told: Told, answers: readonly Identified[], making: Making): ClientExample {
  const action = actionFor(told)
  return {
    curl: curlFor(told, making),
    typescript: typeScriptFor(told, answers, action),
    python: pythonFor(told, answers, action),
  }
}
