// The compiler copies only TypeScript; migrations travel beside the code that reads them.
import { cpSync } from 'node:fs'

const at = (path) => new URL(path, import.meta.url)
cpSync(at('../src/store/migrations'), at('../dist/store/migrations'), { recursive: true })
