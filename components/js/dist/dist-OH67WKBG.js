import{a}from"./chunk-KNIPS7MK.js";import"./chunk-SVE6PSNF.js";import"./chunk-BKGPNESU.js";export{a as parser};
