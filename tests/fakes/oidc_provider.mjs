// A real OpenID provider (npm oidc-provider) as a process: oidc_provider.mjs PACKAGES PORT CALLBACK
// Its login form takes any name; what it says of a person follows from the name. Every process has its own key.
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { pathToFileURL } from "node:url";

const [, , packages, port, callback] = process.argv;
const library = pathToFileURL(`${packages}/oidc-provider/lib/index.js`);
const { default: Provider } = await import(library);

function claimsOf(name) {
  return {
    sub: name,
    email: `${name}@example.org`,
    email_verified: name !== "unverified",
    name: `Person ${name}`,
    groups: name === "ana" ? ["engineers"] : [],
  };
}

const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const key = { ...privateKey.export({ format: "jwk" }), kid: randomUUID(), use: "sig", alg: "RS256" };

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: "gateway",
      client_secret: "a-secret-of-this-test",
      redirect_uris: [callback],
      response_types: ["code"],
      grant_types: ["authorization_code"],
    },
  ],
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"], groups: ["groups"] },
  scopes: ["openid", "email", "profile", "groups"],
  conformIdTokenClaims: false,
  jwks: { keys: [key] },
  pkce: { required: () => true },
  cookies: { keys: ["only-for-this-test"] },
  findAccount: async (_context, id) => ({ accountId: id, claims: async () => claimsOf(id) }),
});
provider.listen(Number(port), "127.0.0.1");
