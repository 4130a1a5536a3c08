import { spawnSync } from 'node:child_process'
import { parseError, retry } from '@faultline/client'
import { resolveEnvelope, envelopes, type Envelope } from '@faultline/core'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { buildReference } from '../src/index.ts'

const hasPython = spawnSync('python3', ['--version']).status === 0

/** Replaces `requests`, returns the given responses, and prints the outcome of the client for each. */
const driver = `
import json, os, sys, types

os.environ["API_KEY"] = "sk-demo"
scenario = json.load(sys.stdin)

class Response:
    def __init__(self, sent):
        self.status_code = sent["status"]
        self.headers = {name: value for name, value in sent["headers"].items()}
        self.text = json.dumps(sent["body"])
        self.ok = False

    def json(self):
        return json.loads(self.text)

    def raise_for_status(self):
        raise Exception("not handled")

posts = []
requests = types.ModuleType("requests")
def post(url, **options):
    posts.append(options)
    return Response(current)
requests.post = post
sys.modules["requests"] = requests

import random, time
delays = []
time.sleep = delays.append
random.uniform = lambda low, high: low
scope = {}
exec(compile(scenario["code"], "client.py", "exec"), scope)
results = []
for sent in scenario["responses"]:
    current = sent
    posts.clear()
    delays.clear()
    try:
        outcome = scope["send_request"](idempotent=scenario["idempotent"])
    except Exception as error:
        outcome = type(error).__name__ + ": " + str(error)
    results.append({"code": scope["get_error_code"](Response(sent)), "outcome": outcome, "posts": len(posts), "delays": list(delays)})
print(json.dumps(results))
`

const modes = Object.keys(envelopes).flatMap((id) => [id, `${id}:strict`])

beforeEach((context) => {
  context.skip(!hasPython, 'python3 is not installed.')
})

describe('the Python example', () => {
  test.each(modes)(
    'for %s runs, reads the codes, and retries as the client does',
    { timeout: 60_000 },
    async (id) => {
      const envelope = resolveEnvelope(id)
      const { client, groups } = buildReference(envelope)
      const entries = groups.flatMap((group) => group.entries)
      const steps = entries.map((entry) => entry.client.python.replaceAll(/^(?=.)/gm, '    ')).join('\n')
      const program = client.python.replace('    # Insert the snippet of an error here.', () => steps)
      const responses = entries.map(({ examples: [example], headers }) => ({
        ...example!,
        headers: Object.fromEntries(headers.map(({ name, value }) => [name, value ?? ''])),
      }))
      for (const idempotent of [true, false]) {
        const { status, stdout, stderr } = spawnSync('python3', ['-c', driver], {
          input: JSON.stringify({ code: program, responses, idempotent }),
          encoding: 'utf8',
        })
        expect(stderr).toBe('')
        expect(status).toBe(0)
        const results = JSON.parse(stdout) as {
          code: string
          outcome: string
          posts: number
          delays: number[]
        }[]
        expect(results.map((result) => result.code)).toEqual(entries.map(({ code }) => code))
        for (const [index, { outcome, posts, delays }] of results.entries()) {
          const { code, client: snippets } = entries[index]!
          const triesOtherModel = snippets.python.includes('"another-model"')
          const retriesOnce = !idempotent && snippets.python.includes('idempotent=True')
          expect(outcome, code).toMatch(
            triesOtherModel ? /^Exception: not handled$/ : /^(?:Runtime|Permission|Value)Error: ./,
          )
          const expected = await listDelays(responses[index]!, envelope, idempotent || retriesOnce)
          expect(delays, code).toEqual(expected)
          expect(posts, code).toBe(expected.length + 1 + (triesOtherModel || retriesOnce ? 1 : 0))
        }
      }
    },
  )
})

/** Returns the delays, in seconds, before the attempts that `@faultline/client` makes after the first. */
async function listDelays(
  { status, headers, body }: { status: number; headers: Record<string, string>; body: unknown },
  envelope: Envelope,
  idempotent: boolean,
): Promise<number[]> {
  const delays: number[] = []
  vi.useFakeTimers()
  const error = await parseError({ status, headers, body }, { envelope })
  const failing = retry(
    () => {
      throw error
    },
    {
      idempotent,
      random: () => 0,
      maxRetryAfter: Infinity,
      onRetry: ({ delay }) => void delays.push(delay / 1000),
    },
  ).catch(() => {})
  await vi.runAllTimersAsync()
  await failing
  vi.useRealTimers()
  return delays
}
