import type { CodedExample, CodeReader } from '../code-paths.ts'
import type { ClientExample, EntryContext, EntryFacts, ReferenceEntry } from '../entry.ts'
import { chooseAction } from './action.ts'
import { createCurl, createSharedCurl } from './curl.ts'
import { createPython, createSharedPython } from './python.ts'
import { createSharedTypeScript, createTypeScript } from './typescript.ts'

/** Creates the code that calls the API. The snippets of the entries are inserted into it. */
export function createSharedExample(
  reader: CodeReader,
  entries: readonly ReferenceEntry[],
  context: EntryContext,
): ClientExample {
  return {
    curl: createSharedCurl(context),
    typescript: createSharedTypeScript(context),
    python: createSharedPython(reader, entries, context),
  }
}

/** Creates the snippets that handle one code. */
export function createClientExample(
  entry: EntryFacts,
  examples: readonly CodedExample[],
  context: EntryContext,
): ClientExample {
  const action = chooseAction(entry)
  return {
    curl: createCurl(entry, context),
    typescript: createTypeScript(entry, examples, action),
    python: createPython(entry, examples, action),
  }
}
