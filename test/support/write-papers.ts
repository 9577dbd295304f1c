import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PAGES } from './pages.ts'
import { BLOCKS, readPaper, withBlock } from './papers.ts'
import { ROOT } from './repository.ts'

// `npm run docs`: writes what the papers say of the code anew, whole pages and tables within others.
for (const [path, page] of Object.entries(PAGES)) writeFileSync(join(ROOT, path), page())
for (const block of BLOCKS) writeFileSync(join(ROOT, block.paper), await withBlock(block, readPaper(block.paper)))
