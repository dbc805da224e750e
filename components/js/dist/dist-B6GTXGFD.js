import{a}from"./chunk-FMJ76NPN.js";import"./chunk-SVE6PSNF.js";import"./chunk-BKGPNESU.js";export{a as parser};
