// Shows the story at a hash; gives why it is not there in time, or nothing.
const [hash, story, shows] = arguments;
const path = story.replace("#/", "");
const place = `.story[data-story="${path}"]`;
return new Promise((resolve) => {
  const deadline = Date.now() + 15_000;
  const look = () => {
    // Chromium lets a page change its address 200 times in 10 s, and ignores what is more.
    if (location.hash !== hash) location.hash = hash;
    const found = document.querySelector(place)?.querySelector(`:scope ${shows}`);
    // What is drawn beside it has its place by the frame after the next.
    if (found) requestAnimationFrame(() => requestAnimationFrame(() => resolve(null)));
    else if (Date.now() > deadline) resolve(`${shows} is not there`);
    else setTimeout(look, 5);
  };
  look();
});
