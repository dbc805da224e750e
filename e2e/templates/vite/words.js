export const words = "Served by Vite";
