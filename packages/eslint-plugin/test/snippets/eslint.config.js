import faultline from '@faultline/eslint-plugin'

export default [faultline.configs.recommended]
