import { download } from "./download";

/**
 * Whether a Terraform provider registry answers at this URL
 * (https://developer.hashicorp.com/terraform/internals/remote-service-discovery).
 */
export async function answersAsRegistry(url: string, answerSeconds?: number): Promise<boolean> {
  const body = await download(
    `${url}/.well-known/terraform.json`,
    answerSeconds === undefined ? {} : { answerSeconds },
  );
  try {
    const services: unknown = JSON.parse(body?.toString("utf8") ?? "null");
    return typeof services === "object" && services !== null && "providers.v1" in services;
  } catch {
    return false;
  }
}
