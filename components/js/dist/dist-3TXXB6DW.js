import{a}from"./chunk-EGVKD4OR.js";import"./chunk-SVE6PSNF.js";import"./chunk-BKGPNESU.js";export{a as parser};
