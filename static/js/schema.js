// Shows the JSON interface's schema. Reading only: nothing is sent from here, for every act is clinical.
const main = document.getElementById("interface");

window.SwaggerUIBundle({
  url: main.dataset.schema,
  dom_id: "#interface",
  presets: [window.SwaggerUIBundle.presets.apis],
  supportedSubmitMethods: [],
  validatorUrl: null,
  deepLinking: true,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
});
