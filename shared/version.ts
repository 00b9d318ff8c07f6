/** The version of all programs of this package; a test keeps it equal to package.json's. */
export const productVersion = '0.1.0'
