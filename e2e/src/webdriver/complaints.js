// Keeps what goes wrong in this page from now on.
const complaints = (window.complaints = []);
const tell = console.error;
console.error = (...words) => {
  complaints.push(words.map(String).join(" "));
  tell.apply(console, words);
};
addEventListener("error", (event) => complaints.push(String(event.message)));
addEventListener("unhandledrejection", (event) => complaints.push(String(event.reason)));
