// The button that opens the browser's own way of printing.
document.getElementById("print")?.addEventListener("click", () => print());
