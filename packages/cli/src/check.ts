import { assertPlan, checkServer, type CheckReport, type Plan } from '@faultline/testing/check'
import { formatJunit } from './check/junit.ts'
import { formatReport } from './check/report.ts'
import { getMessage, UserError, type CliIO } from './cli-io.ts'
import { EXIT, parseMilliseconds, printJson, type Context } from './command.ts'
import { writeTextFile } from './files.ts'
import { loadEnvelope, loadErrors } from './load-module.ts'
import { readDocument } from './read-document.ts'

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
The check sends requests that a client could send, and validates each response: status, headers, body, and the
connection afterwards. By default no request changes data: the check sends GET, HEAD, OPTIONS, TRACE and PROPFIND, any
method to a path that does not exist, and unparsable bodies to the --post path. Only the requests of a plan do more.

A plan is a JSON file with any of: get, post, raise, raiseStream (like the options), requests, gaps.
  { "requests": [{ "path": "/v1/models/gpt-9", "expect": { "code": "model_not_found" } },
                 { "path": "/v1/chat", "body": { "stream": true }, "expect": { "code": "stream_error", "isStream": true } }],
    "gaps": { "protocol/*": "A proxy responds to invalid HTTP." } }

Exit codes: ${EXIT.ok} all checks passed, ${EXIT.findings} at least one failed, ${EXIT.usage} the server cannot be checked

Examples:
  $ faultline check http://localhost:3000 --envelope ai-api --header "Authorization: Bearer $KEY"
  $ faultline check https://api.example/v1 --envelope openai --get /models --post /chat/completions --junit report.xml
  $ faultline check http://localhost:3000 --envelope ai-api --raise /errors/{code} --json > report.json`

/** Adds `faultline check`. */
export function checkCommand({ command, io, exit }: Context): void {
  command('check')
    .description('Run the conformance suite against a running server (any language)')
    .argument('<url>', 'base URL of the server; its path prefixes every request path')
    .requiredOption('--envelope <id>', "the server's envelope id, or a module that exports an envelope")
    .option('--errors <module>', 'a module that exports your own error classes')
    .option('--header <line>', 'header of every request, as "Name: value"; may be repeated', addHeader)
    .option('--plan <file>', 'JSON file with known gaps, paths and additional requests')
    .option('--get <path>', 'path that supports GET (default: found in the OpenAPI document)')
    .option('--post <path>', 'path that accepts JSON by POST')
    .option('--raise <path>', 'path template that raises an error, containing {code}')
    .option('--raise-stream <path>', 'path template that raises an error in a started stream')
    .option(
      '--openapi <source>',
      'OpenAPI document to validate responses against (default: /openapi.json, if present)',
    )
    .option('--no-openapi', 'do not validate against an OpenAPI document')
    .option('--request-id-header <name>', 'header of request ids (default: x-request-id)')
    .option('--timeout <ms>', 'response timeout in milliseconds', parseMilliseconds, 10_000)
    .option('--delay <ms>', 'delay between requests in milliseconds', parseMilliseconds, 0)
    .option('--junit <file>', 'write a JUnit report')
    .option('--json', 'print the report as JSON')
    .option('--all', 'print all failed probes instead of five per topic')
    .addHelpText('after', HELP)
    .action(async (url: string, options: Options) => {
      const report = await runCheck(url, options, io)
      if (options.json) printJson(report, io)
      else io.out(formatReport(report, { showsAll: options.all === true }, io))
      // After the output, so that the report is printed even if the file cannot be written.
      if (options.junit !== undefined) await writeTextFile(options.junit, formatJunit(report))
      if (report.failed > 0) exit(EXIT.findings)
    })
}

async function runCheck(url: string, options: Options, io: CliIO): Promise<CheckReport> {
  const { header: headers, requestIdHeader, timeout, delay, openapi } = options
  const envelope = await loadEnvelope(options.envelope)
  const errors = options.errors === undefined ? undefined : await loadErrors([], options.errors)
  const plan = await loadPlan(options, io)
  const document =
    openapi === false ? null : openapi === undefined ? undefined : await readDocument(openapi, io, timeout)
  try {
    return await checkServer({
      url,
      envelope,
      errorClasses: errors,
      headers,
      plan,
      requestIdHeader,
      timeout,
      requestDelay: delay,
      openapi: document,
    })
  } catch (error) {
    throw new UserError(getMessage(error))
  }
}

/** Loads the plan file. Options on the command line take precedence. */
async function loadPlan(options: Options, io: CliIO): Promise<Plan> {
  const { plan: file, get, post, raise, raiseStream, timeout } = options
  const plan = file === undefined ? {} : await readDocument(file, io, timeout)
  try {
    assertPlan(plan)
  } catch (error) {
    throw new UserError(`${file}:\n${getMessage(error)}`)
  }
  const overrides = Object.entries({ get, post, raise, raiseStream }).filter(([, path]) => path !== undefined)
  return { ...plan, ...Object.fromEntries(overrides) }
}

function addHeader(line: string, headers: Readonly<Record<string, string>> = {}): Record<string, string> {
  const [, name, value = ''] = /^([^:]+):\s*(.*)$/.exec(line) ?? []
  // Not an InvalidArgumentError, whose message would quote the line: it may contain a key.
  if (name === undefined) throw new UserError('--header must have the form "Name: value"')
  return { ...headers, [name.trim()]: value }
}
