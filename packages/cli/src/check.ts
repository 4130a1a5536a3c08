import { writeFile } from 'node:fs/promises'
import { checkServer, assertPlan, type CheckReport, type Plan } from '@faultline/testing/check'
import { InvalidArgumentError } from 'commander'
import { envelopeNamed, errorsNamed } from './load-module.ts'
import { junitOf } from './check/junit.ts'
import { toldReport } from './check/report.ts'
import { EXIT, printJson, type Context } from './command.ts'
import { readDocument } from './read-document.ts'
import { Refusal, type Surroundings } from './cli-io.ts'

interface Options {
  readonly envelope: string
  readonly errors?: string
  readonly header?: Readonly<Record<string, string>>
  readonly plan?: string
  readonly get?: string
  readonly post?: string
  readonly raise?: string
  readonly raiseStream?: string
  /** False for --no-openapi. */
  readonly openapi?: string | false
  readonly requestIdHeader?: string
  readonly timeout: number
  readonly delay: number
  readonly json?: true
  readonly junit?: string
  readonly all?: true
}

const HELP = `
It sends what a client could send, and judges every answer: status, headers, body, the connection after it. Nothing that
it sends by itself changes anything: GET, HEAD, OPTIONS, TRACE and PROPFIND, any method on a path that is not there, and
to the path that --post names bodies that can't be parsed. Only the requests of a plan do more.

A plan is a JSON file with any of: get, post, raise, raiseStream (as the options), requests, gaps.
  { "requests": [{ "path": "/v1/models/gpt-9", "expect": { "code": "model_not_found" } },
                 { "path": "/v1/chat", "body": { "stream": true }, "expect": { "code": "stream_error", "isStream": true } }],
    "gaps": { "protocol/*": "A proxy answers what is no HTTP." } }

Exit codes: ${EXIT.well} every answer is as it should be, ${EXIT.found} one is not, ${EXIT.wrong} the server can't be checked.

Examples:
  $ faultline check http://localhost:3000 --envelope ai-api --header "Authorization: Bearer $KEY"
  $ faultline check https://api.example/v1 --envelope openai --get /models --post /chat/completions --junit report.xml
  $ faultline check http://localhost:3000 --envelope ai-api --raise /errors/{code} --json > report.json`

/** `faultline check`. */
export function checkCommand({ command, surroundings, exit }: Context): void {
  command('check')
    .description('The conformance suite against a running server, in whatever language it is written')
    .argument('<url>', "the server's address; a path in it is what all paths begin with")
    .requiredOption('--envelope <id>', 'the envelope that it answers in, or a module that exports one')
    .option('--errors <module>', 'a module that exports error classes of your own')
    .option('--header <line>', 'a header for every request, as "Name: value"; may be repeated', header)
    .option('--plan <file>', 'what is known of the server, and requests of your own')
    .option('--get <path>', 'a path that answers GET (default: found in the OpenAPI document)')
    .option('--post <path>', 'a path that takes JSON by POST')
    .option('--raise <path>', 'a path that raises each error, {code} in it')
    .option('--raise-stream <path>', 'the same, in a stream that has begun')
    .option(
      '--openapi <source>',
      'a document that answers are held to (default: /openapi.json, if it is there)',
    )
    .option('--no-openapi', 'hold answers to no document')
    .option('--request-id-header <name>', 'the header of request ids (default: x-request-id)')
    .option('--timeout <ms>', 'the longest that an answer may take', milliseconds, 10_000)
    .option('--delay <ms>', 'what to wait between requests', milliseconds, 0)
    .option('--junit <file>', 'write a JUnit report')
    .option('--json', 'print the report as JSON')
    .option('--all', 'print every failed probe, not the first five of each topic')
    .addHelpText('after', HELP)
    .action(async (url: string, options: Options) => {
      const report = await checked(url, options, surroundings)
      if (options.json) printJson(report, surroundings)
      else surroundings.out(toldReport(report, { isAll: options.all === true }, surroundings))
      // A report that can't be written is not lost.
      if (options.junit !== undefined) await write(options.junit, junitOf(report))
      if (report.failed > 0) exit(EXIT.found)
    })
}

async function checked(url: string, options: Options, surroundings: Surroundings): Promise<CheckReport> {
  const { header: headers, requestIdHeader, timeout, delay, openapi } = options
  const envelope = await envelopeNamed(options.envelope)
  const errors = options.errors === undefined ? undefined : await errorsNamed([], options.errors)
  const plan = await planOf(options, surroundings)
  const document =
    openapi === false ? null : openapi === undefined ? undefined : await readDocument(openapi, surroundings)
  try {
    return await checkServer({
      url,
      envelope,
      errors,
      headers,
      plan,
      requestIdHeader,
      timeout,
      requestDelay: delay,
      openapi: document,
    })
  } catch (error) {
    throw new Refusal((error as Error).message)
  }
}

/** What the file says, and what the options say of the same. */
async function planOf(options: Options, surroundings: Surroundings): Promise<Plan> {
  const { plan: file, get, post, raise, raiseStream } = options
  const plan = file === undefined ? {} : await readDocument(file, surroundings)
  try {
    assertPlan(plan)
  } catch (error) {
    throw new Refusal(`${file}:\n${(error as Error).message}`)
  }
  const given = Object.entries({ get, post, raise, raiseStream }).filter(([, path]) => path !== undefined)
  return { ...plan, ...Object.fromEntries(given) }
}

async function write(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text)
  } catch (error) {
    throw new Refusal(`${path} can't be written: ${(error as Error).message}`)
  }
}

function header(line: string, before: Readonly<Record<string, string>> = {}): Record<string, string> {
  const [, name, value] = /^([^:]+):\s*(.*)$/.exec(line) ?? []
  // The line is not repeated, as Commander's own error would: it may hold a key.
  if (name === undefined) throw new Refusal('--header: a header is written as "Name: value"')
  return { ...before, [name.trim()]: value! }
}

function milliseconds(text: string): number {
  if (!/^\d{1,7}$/.test(text)) throw new InvalidArgumentError('It must be a whole number of milliseconds.')
  return Number(text)
}
