import type { ESLint, Linter, Rule } from 'eslint'
import { noErrorStatus } from './rules/no-error-status.ts'
import { noTemplateInMessage } from './rules/no-template-in-message.ts'
import { noUntypedThrow } from './rules/no-untyped-throw.ts'
import { requireErrorDescription } from './rules/require-error-description.ts'

/** The rules by name, without the prefix `faultline/`. */
export const rules = {
  'no-error-status': noErrorStatus,
  'no-template-in-message': noTemplateInMessage,
  'no-untyped-throw': noUntypedThrow,
  'require-error-description': requireErrorDescription,
} satisfies Record<string, Rule.RuleModule>

const meta = { name: '@faultline/eslint-plugin', namespace: 'faultline' }

/** The configurations of the plugin, for `eslint.config.js`. */
export const configs = {
  /** All rules, as errors. */
  recommended: {
    name: 'faultline/recommended',
    plugins: { faultline: { meta, rules } },
    rules: {
      'faultline/no-error-status': 'error',
      'faultline/no-template-in-message': 'error',
      'faultline/no-untyped-throw': 'error',
      'faultline/require-error-description': 'error',
    },
  } satisfies Linter.Config,
}

export default { meta, rules, configs } satisfies ESLint.Plugin
