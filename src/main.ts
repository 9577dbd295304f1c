export async function run(options: { readonly sandbox: boolean }): Promise<void> {
  console.log(options)
}
