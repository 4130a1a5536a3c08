import { generateKey, keyFormats, plainKeyFormats } from './key-formats.ts'
import { Random } from './random.ts'
import type { RedactionLine } from './redaction-line.ts'

type Notation = readonly [name: string, write: (secret: string, vendor: string) => string]

/** Returns the name of a vendor as in an environment variable. */
function toEnvironment(vendor: string): string {
  return vendor.toUpperCase().replaceAll(/\W+/g, '_')
}

/** Notations in which a key has no name next to it. Its format identifies it. */
const bareNotations: readonly [Notation, ...Notation[]] = [
  ['alone', (key) => key],
  ['in a sentence', (key) => `Request with ${key} failed with status 401`],
  ['in quotation marks', (key) => `Cannot use '${key}' here`],
  ['in brackets', (key) => `401 Unauthorized (${key})`],
  ['before a comma', (key, vendor) => `${vendor}: ${key}, which was revoked`],
  ['in an array', (key) => `[ '${key}', 3 ]`],
  ['in a path', (key) => `GET /v1/verify/${key} answered 404`],
  ['on its own line', (key) => `Denied:\n  ${key}\nCheck it`],
]

/** Notations with a name that identifies the key. */
const namedNotations: readonly [Notation, ...Notation[]] = [
  ['environment variable', (key, vendor) => `${toEnvironment(vendor)}_API_KEY=${key}`],
  ['exported variable', (key, vendor) => `export ${toEnvironment(vendor)}_TOKEN="${key}"`],
  ['lower-case variable', (key) => `service_secret_key=${key} was loaded`],
  ['YAML', (key) => `auth:\n  api_key: ${key}\n  region: eu`],
  ['YAML in quotation marks', (key) => `apiToken: '${key}'`],
  ['YAML block', (key) => `client_secret: |\n  ${key}\nregion: eu`],
  ['JSON', (key) => JSON.stringify({ region: 'eu', apiKey: key })],
  ['indented JSON', (key) => JSON.stringify({ access_token: key, region: 'eu' }, undefined, 2)],
  ['JSON in JSON', (key) => JSON.stringify({ body: JSON.stringify({ refresh_token: key }) })],
  ['bearer header', (key) => `Authorization: Bearer ${key}`],
  ['inspected headers', (key) => `{ headers: { authorization: 'Bearer ${key}', accept: '*/*' } }`],
  ['key header', (key) => `x-api-key: ${key}`],
  ['inspected header', (key) => `{ 'x-goog-api-key': '${key}' }`],
  ['raw headers', (key) => `[ 'accept', '*/*', 'x-api-key', '${key}' ]`],
  ['token scheme', (key) => `authorization: Token ${key}`],
  ['flag', (key) => `Command failed: deploy --api-key ${key} --region eu`],
  ['flag with equals sign', (key) => `Command failed: deploy --token=${key} --region eu`],
  ['quoted flag', (key) => `Command failed: deploy --secret "${key}"`],
  ['inspected object', (key) => `{ region: 'eu', apiKey: '${key}', retries: 3 }`],
  ['inspected nested object', (key) => `{\n  options: { auth: { clientSecret: '${key}' } }\n}`],
  [
    'query',
    (key) => `GET https://api.example.com/v1/items?api_key=${encodeURIComponent(key)}&limit=5 failed`,
  ],
  ['query of a path', (key) => `GET /v1/items?limit=5&access_token=${encodeURIComponent(key)} answered 403`],
  [
    'password of a URL',
    (key) => `fatal: unable to access https://bot:${encodeURIComponent(key)}@git.example/x`,
  ],
  ['curl header', (key) => `Command failed: curl -H "Authorization: Bearer ${key}" https://api.example`],
  ['curl user', (key) => `Command failed: curl -u api:${key} https://api.example`],
  ['invalid key', (key) => `Invalid API key: ${key}`],
  ['rejected key', (key) => `Incorrect API key provided: ${key}. Create one in the console.`],
  ['arrow', (key) => `[api_key => ${key}]`],
  ['form', (key) => `grant_type=client_credentials&client_secret=${encodeURIComponent(key)}&scope=all`],
  ['properties file', (key) => `spring.ai.api-key = ${key}`],
  [
    'connection string',
    (key) => `Endpoint=sb://x.example/;SharedAccessKeyName=a;SharedAccessKey=${key};Timeout=5`,
  ],
]

const WORDS = ['tr0ub4dor', 'Blue7Otter', 'hunter22', 'c0rrect', 'Zz9Plural', 'winter2027', 'qW8rty'] as const
const SIGNS = ['', '!', '-', '_', '.', '+', '*', '~'] as const

function generatePassword(random: Random): string {
  return random.pick(WORDS) + random.pick(SIGNS) + random.text('abcdefghijkmnpqrstuvwxyz23456789', 4)
}

/** Notations of passwords. */
const passwordNotations: readonly Notation[] = [
  ['environment variable', (word) => `DB_PASSWORD=${word}`],
  ['variable of a tool', (word) => `PGPASSWORD=${word} psql -h db failed`],
  ['JSON', (word) => JSON.stringify({ user: 'app', password: word })],
  ['JSON in JSON', (word) => JSON.stringify({ body: JSON.stringify({ passphrase: word }) })],
  ['inspected object', (word) => `{ user: 'app', password: '${word}', port: 5432 }`],
  ['inspected camel case', (word) => `{ dbPassword: '${word}' }`],
  ['YAML', (word) => `database:\n  password: ${word}\n  port: 5432`],
  ['quoted words', (word) => `password: "blue ${word} horse"`],
  ['arrow', (word) => `[password] => ${word}`],
  ['flag', (word) => `Command failed: mysqldump -u root --password ${word} shop`],
  ['flag with equals sign', (word) => `Command failed: mysqldump --password=${word} shop`],
  ['user flag', (word) => `Command failed: curl --user admin:${word} https://x.example`],
  ['sentence', (word) => `The password is ${word}`],
  ['ADO connection string', (word) => `Server=db;Database=shop;User Id=sa;Password=${word};Encrypt=true`],
  ['ODBC connection string', (word) => `Driver={ODBC};Server=db;Uid=sa;Pwd=${word};`],
  ['libpq connection string', (word) => `host=db user=app password=${word} dbname=shop`],
  ['JDBC URL', (word) => `jdbc:postgresql://db/shop?user=app&password=${word}`],
  ['PostgreSQL URL', (word) => `connect postgres://app:${word}@db:5432/shop failed`],
  ['MySQL URL', (word) => `mysql://app:${word}@db:3306/shop`],
  ['Redis URL', (word) => `redis://:${word}@cache:6379/0 refused`],
  ['MongoDB URL', (word) => `mongodb+srv://app:${word}@c0.example.net/shop?retryWrites=true`],
  ['AMQP URL', (word) => `amqps://app:${word}@mq/vhost closed`],
  ['SMTP URL', (word) => `smtp://mailer%40x.example:${word}@smtp.example:587`],
  ['XML', (word) => `<login><user>app</user><password>${word}</password></login>`],
  ['form', (word) => `username=app&password=${word}&remember=1`],
  ['cookie', (word) => `Cookie: sid=${word}; theme=dark`],
  ['set-cookie in an object', (word) => `{ 'set-cookie': [ 'sid=${word}; Path=/; HttpOnly' ] }`],
  ['basic authentication', (word) => `authorization: Basic ${btoa(`app:${word}`)}`],
]

/** Webhook addresses whose path is the secret. */
const webhooks: readonly (readonly [vendor: string, format: string, prefix: string])[] = [
  ['Slack', 'T{upper:8}/B{upper:8}/{alnum:24}', 'https://hooks.slack.com/services/'],
  ['Discord', '{digits:18}/{url:68}', 'https://discord.com/api/webhooks/'],
  ['Discord, old host', '{digits:18}/{url:68}', 'https://discordapp.com/api/webhooks/'],
  [
    'Microsoft Teams',
    '{uuid}@{uuid}/IncomingWebhook/{hex:32}/{uuid}',
    'https://x.webhook.office.com/webhookb2/',
  ],
  ['Telegram', '{digits:10}:AA{url:33}', 'https://api.telegram.org/bot'],
  ['Zapier', '{digits:7}/{lower:7}', 'https://hooks.zapier.com/hooks/catch/'],
  ['IFTTT', '{url:43}', 'https://maker.ifttt.com/trigger/x/with/key/'],
  ['Make', '{lower:32}', 'https://hook.eu1.make.com/'],
  ['PagerDuty', '{hex:32}', 'https://events.pagerduty.com/integration/'],
  ['Sentry DSN', '{hex:32}', 'https://'],
]

/** Quotations of a request, which may be personal. */
const prompts: readonly Notation[] = [
  ['in JSON', (text) => `400 {"messages":[{"role":"user","content":"${text}"}]}`],
  ['in JSON in JSON', (text) => JSON.stringify({ body: JSON.stringify({ prompt: text }) })],
  ['in an inspected object', (text) => `{ role: 'user', content: '${text}' }`],
  ['in an inspected list', (text) => `[\n  {\n    role: 'user',\n    content: '${text}'\n  }\n]`],
  ['in inspected parts', (text) => `{ type: 'text', text: '${text}' }`],
  ['with an apostrophe', (text) => `{ role: 'user', content: "it's ${text}" }`],
]
const PROMPTS = ['my medical condition', 'a talk with my boss', 'the divorce papers', 'my salary'] as const

/** Facts about the infrastructure, which must not be sent. A log keeps them. */
const infrastructure: readonly (readonly [text: string, secret: string])[] = [
  ['connect ECONNREFUSED 10.12.0.7:5432', '10.12.0.7'],
  ['connect EHOSTUNREACH 192.168.4.20:80 - Local (192.168.4.2:5)', '192.168.4.2'],
  ['connect ECONNREFUSED ::1:6379', '::1'],
  ['connect ECONNREFUSED 2001:db8:85a3::8a2e:370:7334:443', '2001:db8:85a3::8a2e:370:7334'],
  ['connect ETIMEDOUT fe80::1ff:fe23:4567:890a', 'fe80::1ff:fe23:4567:890a'],
  ['getaddrinfo ENOTFOUND redis.prod.svc.cluster.local', 'redis.prod.svc.cluster.local'],
  ['getaddrinfo EAI_AGAIN gpu-3.models.internal', 'gpu-3.models.internal'],
  ['getaddrinfo ENOTFOUND api.corp', 'api.corp'],
  ['upstream triton-1.triton:8001 refused', 'triton-1.triton'],
  ['upstream vllm.models:8000 has no capacity', 'vllm.models'],
  ['request to http://inference:8080/v1 failed', 'inference:8080'],
  ['localhost:11434 refused', 'localhost:11434'],
  ["ENOENT: no such file or directory, open '/srv/app/config/keys.json'", '/srv/app/config'],
  ["EACCES: permission denied, mkdir '/var/lib/models/cache'", '/var/lib/models'],
  ['Cannot find module /home/deploy/app/dist/server.js', '/home/deploy'],
  ['at file:///app/src/server.ts:10:3', '/app/src'],
  ["Cannot find module '/usr/src/app/index.js'", '/usr/src/app'],
  ['open C:\\inetpub\\app\\keys.json failed', 'C:\\inetpub\\app'],
  ['Rate limit reached for organization org-Ab12Cd34Ef56', 'org-Ab12Cd34Ef56'],
  ['Project proj_9f8e7d6c5b4a is archived', 'proj_9f8e7d6c5b4a'],
  ['User arn:aws:iam::123456789012:user/deploy is not authorized', '123456789012'],
]

/** A secret that is written into a line. URLs and JSON escape it. */
function createLine(
  id: string,
  text: string,
  secret: string,
  where: RedactionLine['where'] = 'both',
): RedactionLine {
  const written = [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]
  return { id, text, secret: written.find((each) => text.includes(each)) ?? secret, where }
}

/** Generates lines with a secret: keys in the formats of vendors, passwords, webhook addresses, prompts, and facts. */
export function generateSecretLines(seed: number): RedactionLine[] {
  const random = new Random(seed)
  const lines: RedactionLine[] = []
  const add = (kind: string, [notation, write]: Notation, secret: string, vendor: string): void => {
    lines.push(createLine(`${kind}: ${vendor}, ${notation}`, write(secret, vendor), secret))
  }
  for (const [vendor, format] of keyFormats) {
    add('key', random.pick(bareNotations), generateKey(format, random), vendor)
    add('named key', random.pick(namedNotations), generateKey(format, random), vendor)
  }
  for (const [index, notation] of namedNotations.entries()) {
    const [vendor = '', format = ''] = plainKeyFormats[index % plainKeyFormats.length] ?? []
    add('named key', notation, generateKey(format, random), vendor)
  }
  for (const notation of passwordNotations) {
    const password = generatePassword(random)
    const [name, write] = notation
    const secret = name === 'basic authentication' ? btoa(`app:${password}`) : password
    lines.push(createLine(`password: ${name}`, write(password, ''), secret))
  }
  for (const [vendor, format, prefix] of webhooks) {
    const path = generateKey(format, random)
    const suffix = vendor === 'Sentry DSN' ? '@o1.ingest.sentry.io/42' : ''
    lines.push(createLine(`webhook: ${vendor}`, `POST ${prefix}${path}${suffix} answered 404`, path))
  }
  for (const notation of prompts) add('prompt', notation, random.pick(PROMPTS), 'request')
  for (const type of [
    'RSA PRIVATE KEY',
    'PRIVATE KEY',
    'EC PRIVATE KEY',
    'OPENSSH PRIVATE KEY',
    'PGP PRIVATE KEY BLOCK',
  ]) {
    const content = generateKey('{base64:64}\n{base64:64}\n{base64:24}==', random)
    lines.push(
      createLine(
        `private key: ${type}`,
        `bad key -----BEGIN ${type}-----\n${content}\n-----END ${type}-----`,
        content,
      ),
    )
  }
  for (const [text, secret] of infrastructure)
    lines.push(createLine(`infrastructure: ${text}`, text, secret, 'wire'))
  return lines
}
