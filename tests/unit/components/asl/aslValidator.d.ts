// What asl-validator, which has no types of its own, gives to these tests.
declare module "asl-validator" {
  const validate: (definition: unknown) => { readonly isValid: boolean; readonly errors: readonly unknown[] };
  export = validate;
}
