declare module "swagger-ui-dist/swagger-ui-es-bundle.js" {
  /** Draws the reference. @see https://swagger.io/docs/open-source-tools/swagger-ui/usage/configuration/ */
  export default function swaggerUi(options: Readonly<Record<string, unknown>>): unknown;
}
