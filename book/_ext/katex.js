// One request a line on stdin, one answer a line on stdout; ends with stdin.
const katex = require(process.argv[2]);
const requests = require("readline").createInterface({ input: process.stdin });

requests.on("line", (line) => {
  const { tex, options } = JSON.parse(line);
  let answer;
  try {
    answer = { html: katex.renderToString(tex, options) };
  } catch (error) {
    answer = { error: error.message };
  }
  console.log(JSON.stringify(answer));
});
