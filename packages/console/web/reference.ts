import swaggerUi from "swagger-ui-dist/swagger-ui-es-bundle.js";

const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = (): void => void document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", follow);
follow();

/**
 * The reference: every route of the OpenAPI document with its parameters, bodies and answers, to be tried with a key.
 */
swaggerUi({
  url: "openapi.json",
  dom_id: "#reference",
  // A link inside a button would be reached by no keyboard.
  deepLinking: false,
  docExpansion: "list",
  defaultModelsExpandDepth: -1,
  displayRequestDuration: true,
  tryItOutEnabled: true,
  // It would ask another host whether the document is valid.
  validatorUrl: null,
  // The key is kept in this page alone.
  persistAuthorization: false,
});
