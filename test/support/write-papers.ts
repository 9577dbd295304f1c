import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { BLOCKS, placeOf, readPaper } from './papers.ts'
import { ROOT } from './repository.ts'

// `npm run docs`: writes the tables of the papers anew, from the code.
for (const block of BLOCKS) {
  const paper = await readPaper(block.paper)
  const place = placeOf(block, paper)
  if (!place) throw new Error(`${block.paper} has no place for the table ${block.name}`)
  const written = `${paper.slice(0, place.from)}\n\n${await block.make()}\n\n${paper.slice(place.to)}`
  if (written === paper) continue
  await writeFile(join(ROOT, block.paper), written)
  console.log(`${block.paper}: ${block.name} is new`)
}
