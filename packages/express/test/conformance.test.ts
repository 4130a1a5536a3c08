import { defineConformanceSuite } from '@faultline/testing/vitest'
import { createServerWith, gaps } from './create-server.ts'
import { majors } from './serve.ts'

for (const { major, express } of majors) defineConformanceSuite(major, createServerWith(express), gaps)
