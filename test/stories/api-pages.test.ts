import { startCentre } from '../support/centre.ts'
import { runCurls } from '../support/page-curls.ts'
import { story } from '../support/story.ts'

/** Pages whose examples are typed into a sandbox that nobody has used yet, so that numbers begin with 1. */
const PAGES = ['docs/api/phones.md']

for (const page of PAGES) {
  story(`every example of ${page} answers as it says`, async () => {
    const centre = await startCentre({ mode: 'sandbox', database: 'test' })
    try {
      await runCurls(page, centre)
    } finally {
      await centre.stop()
    }
  })
}
