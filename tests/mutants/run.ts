/** `npm run mutants [name]`: the mutants picked by hand. `npm run mutants -- --random N --seed N`: a random sample. */
await import(process.argv.includes('--random') ? './random.ts' : './hand-picked.ts')
