(function () {
  var kept;
  try {
    kept = localStorage.getItem("stepwell.scheme");
  } catch (error) {
    kept = null;
  }
  var dark = kept === "dark" || (kept !== "light" && matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.setAttribute("data-mantine-color-scheme", dark ? "dark" : "light");
})();
